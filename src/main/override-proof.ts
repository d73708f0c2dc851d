import { renderOverrideProof } from '../../blocks/overrides-proof.ts';
import type { CardKind } from '../cards/types.ts';
import { loadProof, readProofFile, type ProofModel } from '../overrides/load-proof.ts';
import { bundleName, pageName } from '../overrides/proof-page.ts';
import { OVERRIDE_PROOF_CARD } from '../overrides/types.ts';
import type { Policy } from '../policy.ts';
import { makeTexts } from '../texts.ts';

/** The proof of an override in a direct message, with the bundle and its page in the thread. */
export function overrideProofCard({ business }: Pick<Policy, 'business'>): CardKind<ProofModel> {
  return {
    kind: OVERRIDE_PROOF_CARD,
    load: (db, card) => loadProof(db, card.subject.id, { timeZone: business.time_zone }),
    render: renderOverrideProof,
    files: ({ proofId, overrideId }, { locale }, db) => {
      const { t } = makeTexts(locale);
      return [
        {
          name: bundleName(overrideId),
          title: t('overrides.proof.card.bundle'),
          content: () => readProofFile(db, proofId, 'bundle'),
        },
        {
          name: pageName(overrideId),
          title: t('overrides.proof.card.page'),
          content: () => readProofFile(db, proofId, 'page'),
        },
      ];
    },
  };
}
