import { useMemo } from 'react';
import type { Spot } from '../wire/types.ts';

/** The same object while the view is the same, so that what hangs on it isn't asked again. */
export function useViewSpot(viewId: string): Spot {
  return useMemo(() => ({ view_id: viewId }), [viewId]);
}
