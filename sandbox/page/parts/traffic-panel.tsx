import { useState } from 'react';
import { BUSINESS_ZONE, clockTimeWithSeconds } from '../texts/times.ts';
import type { TrafficCall } from '../wire/types.ts';
import { useTraffic } from '../wire/use-traffic.ts';
import { SidePanel } from './side-panel.tsx';

/** What went over the wire between app and workspace, newest first. */
export function TrafficPanel({ onClose }: { onClose: () => void }) {
  const { calls, total, problem } = useTraffic();
  const [refusedOnly, setRefusedOnly] = useState(false);
  const shown = calls?.filter((call) => !refusedOnly || !call.ok);
  return (
    <SidePanel title="Traffic" closeLabel="Close traffic" onClose={onClose}>
      <div className="traffic-bar">
        <label>
          <input
            type="checkbox"
            checked={refusedOnly}
            onChange={(event) => setRefusedOnly(event.currentTarget.checked)}
          />{' '}
          Refused and failed only
        </label>
        <span className="traffic-count">
          {calls && calls.length < total
            ? `Newest ${calls.length} of ${total}`
            : total === 1
              ? '1 call'
              : `${total} calls`}
        </span>
      </div>
      {problem !== undefined && <p className="panel-problem">{problem}</p>}
      {shown === undefined && problem === undefined && <p className="panel-empty">Reading…</p>}
      {shown?.length === 0 && (
        <p className="panel-empty">{refusedOnly ? 'Nothing was refused.' : 'No call has been made yet.'}</p>
      )}
      <ol className="traffic" reversed>
        {shown?.map((call) => (
          <TrafficRow key={call.seq} call={call} />
        ))}
      </ol>
    </SidePanel>
  );
}

function TrafficRow({ call }: { call: TrafficCall }) {
  const [open, setOpen] = useState(false);
  const incoming = call.direction === 'api';
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="traffic-row">
          <time dateTime={call.at}>{clockTimeWithSeconds(new Date(call.at), BUSINESS_ZONE)}</time>
          <span
            className="traffic-way"
            title={incoming ? 'The app called the workspace' : 'The workspace called the app'}
          >
            {incoming ? 'api' : 'event'}
          </span>
          <span className="traffic-method">{call.method}</span>
          <span className={call.ok ? 'traffic-ok' : 'traffic-refused'}>
            {call.ok ? 'ok' : (call.error ?? `status ${call.status}`)}
          </span>
        </summary>
        {open && <CallDetails call={call} />}
      </details>
    </li>
  );
}

function CallDetails({ call }: { call: TrafficCall }) {
  return (
    <div className="traffic-details">
      <p>
        No. {call.seq}, status {call.status}
      </p>
      {call.messages && call.messages.length > 0 && (
        <ul>
          {call.messages.map((message, index) => (
            <li key={index}>{message}</li>
          ))}
        </ul>
      )}
      <pre tabIndex={0}>{JSON.stringify(call.args ?? {}, null, 2)}</pre>
    </div>
  );
}
