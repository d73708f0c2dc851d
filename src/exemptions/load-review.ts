import type { ActionSource } from '../actions/deps.ts';
import { listActions, type ActionList } from '../actions/list-actions.ts';
import { refreshCards } from '../cards/request-card.ts';
import type { Queryable } from '../database/pool.ts';
import {
  listReviewsSince,
  readNextReviewAt,
  readReview,
  REVIEW_SERIES,
  type Review,
} from './review-store.ts';
import { REVIEW_CARD } from './types.ts';

/** Actions on one card; each is a block, of which a message has fifty. */
const MOST_ACTIONS = 15;
/** An action that stayed open for half a year stands on no more cards than these. */
const MOST_REVIEWS = 13;

/** What the card of a review is drawn from: its figures as they were, its actions as they are. */
export interface ReviewModel {
  review: Review;
  actions: ActionList;
  timeZone: string;
}

/** Null: there is none of this id. */
export async function loadReview(db: Queryable, id: string, timeZone: string): Promise<ReviewModel | null> {
  const review = await readReview(db, id);
  if (review === null) return null;
  const actions = await listActions(db, {
    series: REVIEW_SERIES,
    sourceId: id,
    at: review.at,
    nextAt: await readNextReviewAt(db, review.at),
    most: MOST_ACTIONS,
  });
  return { review, actions, timeZone };
}

/** The security review leads to actions; every review that lists one shows what becomes of it. */
export const REVIEW_SOURCE: ActionSource = {
  kind: 'exemption_review',
  series: REVIEW_SERIES,
  exists: async (db, id) => (await readReview(db, id)) !== null,
  async show(tx, now, { sourceId, createdAt }) {
    for (const id of await listReviewsSince(tx, { sourceId, createdAt, most: MOST_REVIEWS }))
      await refreshCards(tx, now, { kind: REVIEW_CARD, subject: { kind: 'exemption_review', id } });
  },
};
