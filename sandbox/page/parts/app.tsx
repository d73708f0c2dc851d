import { useCallback } from 'react';
import type { WorkspaceState } from '../wire/types.ts';
import { useWorkspace } from '../wire/use-workspace.ts';
import { Desk } from './desk.tsx';
import { Mark } from './mark.tsx';

/** Loading, unreachable, or the workspace. */
export function App() {
  const { state, problem, refresh } = useWorkspace();
  const again = useCallback(() => void refresh(), [refresh]);
  if (!state) return <Opening problem={problem} onAgain={again} />;
  if (state.channels.length === 0 || !hasPeople(state)) {
    return <Opening problem="The workspace has no channels or no people yet." onAgain={again} />;
  }
  return <Desk state={state} problem={problem} refresh={refresh} />;
}

function hasPeople(state: WorkspaceState): boolean {
  return state.users.some((user) => user.is_bot !== true);
}

function Opening({ problem, onAgain }: { problem: string | undefined; onAgain: () => void }) {
  return (
    <main className="opening" aria-busy={problem === undefined}>
      <Mark />
      <h1>Mutabık sandbox</h1>
      {problem === undefined ? (
        <p role="status">Opening the workspace…</p>
      ) : (
        <>
          <p role="alert">{problem}</p>
          <button type="button" className="button button-strong" onClick={onAgain}>
            Try again
          </button>
        </>
      )}
    </main>
  );
}
