import { useState } from 'react';
import { BUSINESS_ZONE, clockTimeWithSeconds } from '../texts/times.ts';
import type { TrafficCall } from '../wire/types.ts';
import { Copy } from './copy.tsx';
import { Json } from './json.tsx';
import { unfold } from './unfold.ts';

export function TrafficRow({ call }: { call: TrafficCall }) {
  const [open, setOpen] = useState(false);
  const byApp = call.direction === 'api';
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="traffic-row">
          <time dateTime={call.at}>{clockTimeWithSeconds(new Date(call.at), BUSINESS_ZONE)}</time>
          <span
            className="traffic-way"
            title={byApp ? 'The app called the workspace' : 'The workspace called the app'}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d={byApp ? 'M3 8h10M9 4l4 4-4 4' : 'M13 8H3M7 4L3 8l4 4'} />
            </svg>
            <span className="unseen">{byApp ? 'App call' : 'Delivery'}</span>
          </span>
          <span className="traffic-method">{call.method}</span>
          <span className={call.ok ? 'traffic-ok' : 'traffic-refused'}>{outcomeOf(call)}</span>
        </summary>
        {open && <CallDetails call={call} />}
      </details>
    </li>
  );
}

/** "ok", "ack 12 ms", or the error. */
function outcomeOf(call: TrafficCall): string {
  const { ok, error, status, direction, ack_ms: ms } = call;
  if (!ok) return error ?? `status ${status}`;
  if (direction === 'api') return 'ok';
  return ms === undefined ? 'ack' : `ack ${ms} ms`;
}

function CallDetails({ call }: { call: TrafficCall }) {
  const payload = unfold(call.args ?? {});
  return (
    <div className="traffic-details">
      <div className="traffic-facts">
        <span>
          No. {call.seq} · HTTP {call.status === 0 ? 'none' : call.status}
          {call.ack_ms === undefined ? '' : ` · ack after ${call.ack_ms} ms`}
        </span>
        <Copy what={() => JSON.stringify(payload, null, 2)} />
      </div>
      {call.messages && call.messages.length > 0 && (
        <ul className="traffic-lines" aria-label="What was refused">
          {call.messages.map((message, index) => (
            <li key={index}>{message}</li>
          ))}
        </ul>
      )}
      <Json value={payload} />
    </div>
  );
}
