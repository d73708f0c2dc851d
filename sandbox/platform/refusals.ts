/** What the stand-in platform says when it does not do a thing, in as many shapes of bodies as real ones have. */

export type RefusalCode =
  | 'unauthorised'
  | 'account_blocked'
  | 'key_missing'
  | 'key_too_long'
  | 'body_invalid'
  | 'reason_missing'
  | 'payout_not_found'
  | 'operation_not_found'
  | 'unknown_route'
  | 'wrong_state'
  | 'key_reused'
  | 'attempts_exhausted'
  | 'provider_stopped'
  | 'cooldown_running';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** JSON; a text is sent as it is. */
  body: object | string;
}

const REFUSALS: Record<RefusalCode, { status: number; message: string }> = {
  unauthorised: { status: 401, message: 'The token is missing or wrong.' },
  account_blocked: { status: 403, message: 'The account is not active.' },
  key_missing: { status: 400, message: 'Idempotency-Key is missing.' },
  key_too_long: { status: 400, message: 'Idempotency-Key has more than 255 characters.' },
  body_invalid: { status: 400, message: 'The body is not a JSON object.' },
  reason_missing: { status: 400, message: 'A reason is compulsory.' },
  payout_not_found: { status: 404, message: 'There is no such payout.' },
  operation_not_found: { status: 404, message: 'No operation was asked for with this key.' },
  unknown_route: { status: 404, message: 'There is no such route.' },
  wrong_state: { status: 409, message: 'The state of the payout does not allow it.' },
  key_reused: { status: 409, message: 'The key was used for another request.' },
  attempts_exhausted: { status: 422, message: 'The payout was tried three times.' },
  provider_stopped: { status: 422, message: 'The provider takes no payouts.' },
  cooldown_running: { status: 429, message: 'The last attempt was made less than 60 s ago.' },
};

/** The answer to a refused request; `retryAfterS` in whole seconds. */
export function refuse(code: RefusalCode, retryAfterS?: number): Answer {
  const { status, message } = REFUSALS[code];
  return refuseAs(status, code, message, retryAfterS);
}

/** Any code at all, in the shape that its status has here. */
export function refuseAs(status: number, code: string, message: string, retryAfterS?: number): Answer {
  return {
    status,
    headers: {
      'content-type': status === 422 ? 'application/problem+json' : 'application/json',
      ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
    },
    body: bodyOf(status, code, message),
  };
}

function bodyOf(status: number, code: string, message: string): object {
  switch (status) {
    case 401:
    case 403:
      return { error: { code, message } };
    case 400:
      return { errors: [{ code, detail: message }] };
    case 422:
      // RFC 9457.
      return { type: code, title: message, status };
    case 429:
      return { fault: code, message };
    default:
      return { code, message };
  }
}
