import { useState } from 'react';
import { SidePanel } from '../parts/side-panel.tsx';
import { useTraffic } from '../wire/use-traffic.ts';
import { EVERYTHING, passes, TrafficFilter } from './traffic-filter.tsx';
import { TrafficRow } from './traffic-row.tsx';

/** What went over the wire between app and workspace, newest first. */
export function TrafficPanel({ onClose }: { onClose: () => void }) {
  const { calls, total, problem } = useTraffic();
  const [wanted, setWanted] = useState(EVERYTHING);
  const shown = calls?.filter((call) => passes(call, wanted));
  const count =
    calls && calls.length < total
      ? `Newest ${calls.length} of ${total}`
      : total === 1
        ? '1 call'
        : `${total} calls`;
  return (
    <SidePanel title="Traffic" wide closeLabel="Close traffic" onClose={onClose}>
      <TrafficFilter wanted={wanted} onChange={setWanted} count={count} />
      {problem !== undefined && (
        <p className="panel-problem" role="alert">
          {problem}
        </p>
      )}
      {shown === undefined && problem === undefined && <p className="panel-empty">Reading…</p>}
      {shown?.length === 0 && (
        <p className="panel-empty">
          {wanted === EVERYTHING ? 'No call has been made yet.' : 'No call passes this filter.'}
        </p>
      )}
      <ol className="traffic" reversed>
        {shown?.map((call) => (
          <TrafficRow key={call.seq} call={call} />
        ))}
      </ol>
    </SidePanel>
  );
}
