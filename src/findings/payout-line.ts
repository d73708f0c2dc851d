import type { PayoutLine } from './deps.ts';

/** May anything about the payout be pressed now? While an operation is under way nothing else can be asked for. */
export function canPress({ isOpen, operation }: PayoutLine): boolean {
  return isOpen && (operation === null || operation.state === 'succeeded' || operation.state === 'refused');
}
