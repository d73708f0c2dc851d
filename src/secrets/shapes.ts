/** What begins a token must not be the middle of a longer word: "ask_live" is none. */
const START = '(?<![A-Za-z0-9])';

/** One known form of a secret's value. Each pattern has fixed or small counts: no text makes it slow. */
function token(pattern: string, flags = 'u'): RegExp {
  return new RegExp(`${START}(?:${pattern})`, flags);
}

/**
 * The forms that issuers of tokens publish, the narrow ones first. Public halves (Stripe's pk_, Twilio's AC, ids of
 * keys at most vendors) are no secrets; the id of an AWS key is one, since its other half is never far.
 */
export const TOKENS = {
  private_key: /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/u,
  age_key: token('AGE-SECRET-KEY-1[0-9A-Z]{40}'),
  aws_key_id: token('(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])'),
  github: token('gh[pousr]_[A-Za-z0-9]{30}|github_pat_[A-Za-z0-9_]{22}'),
  gitlab: token('gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[\\w-]{20}'),
  slack: token('xox[abceoprs](?:\\.xox[a-z])?-[A-Za-z0-9-]{10}|xapp-\\d-[A-Za-z0-9-]{10}|xwfp-[\\w-]{10}'),
  slack_webhook: /hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/[A-Z0-9]{6,20}\/[\w/]{8}/iu,
  stripe: token('[sr]k_(?:live|test)_[A-Za-z0-9]{10}|whsec_[A-Za-z0-9+/]{20}'),
  google_api: token('AIza[\\w-]{35}'),
  google_oauth: token('ya29\\.[\\w-]{20}|GOCSPX-[\\w-]{20}|1//0[\\w-]{30}'),
  sendgrid: token('SG\\.[\\w-]{16,64}\\.[\\w-]{16}'),
  twilio: token('SK[0-9a-f]{32}(?![A-Za-z0-9])'),
  npm: token('npm_[A-Za-z0-9]{36}'),
  pypi: token('pypi-[\\w-]{50}'),
  digitalocean: token('do[opr]_v1_[0-9a-f]{64}'),
  shopify: token('shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}'),
  square: token('sq0(?:atp|csp|idp)-[\\w-]{22}|EAAA[\\w-]{60}'),
  mailgun: token('key-[0-9a-f]{32}(?![A-Za-z0-9])'),
  mailchimp: token('[0-9a-f]{32}-us\\d{1,2}(?!\\d)'),
  anthropic: token('sk-ant-[\\w-]{16}'),
  openai: token('sk-(?:proj|svcacct|admin|None)-[\\w-]{20}|sk-[A-Za-z0-9]{32}'),
  hugging_face: token('hf_[A-Za-z0-9]{30}'),
  vault: token('hv[sbr]\\.[\\w-]{24}'),
  doppler: token('dp\\.(?:pt|st|sa|ct|scim|audit)\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40}'),
  databricks: token('dapi[0-9a-f]{32}'),
  atlassian: token('ATATT3[\\w=-]{40}'),
  grafana: token('glsa_[A-Za-z0-9]{32}|glc_[A-Za-z0-9+/]{32}'),
  new_relic: token('NRAK-[A-Z0-9]{27}'),
  postman: token('PMAK-[0-9a-f]{24}-[0-9a-f]{34}'),
  sentry: token('sntry[su]_[\\w+/=-]{40}'),
  linear: token('lin_(?:api|oauth)_[A-Za-z0-9]{32}'),
  notion: token('ntn_[A-Za-z0-9]{40}|secret_[A-Za-z0-9]{43}'),
  supabase: token('sbp_[0-9a-f]{40}|sb_secret_[\\w-]{20}'),
  telegram: token('\\d{8,10}:[\\w-]{35}(?![\\w-])'),
  discord: token(
    '[MNO][A-Za-z0-9_-]{23,27}\\.[\\w-]{6}\\.[\\w-]{27}|discord(?:app)?\\.com/api/webhooks/\\d{15,22}/[\\w-]{40}',
  ),
  azure: token('(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40}|sig=[A-Za-z0-9%+/]{40}', 'iu'),
  jwt: token('eyJ[\\w-]{8,1000}\\.[\\w-]{8,2000}\\.[\\w-]{10}'),
} as const satisfies Record<string, RegExp>;
