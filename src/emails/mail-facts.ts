import type { recipientStatuses } from '#src/db/schema/campaigns.ts';
import type { MailEvent } from './mail-event.ts';

/** What is known of one mail: a recipient's row, as far as carriers tell of it. */
export type MailFacts = {
  status: (typeof recipientStatuses)[number];
  statusReason: string | null;
  errorCode: string | null;
  providerMessageId: string | null;
  attempt: number;
  dispatchedAt: Date | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  openedAt: Date | null;
  clickedAt: Date | null;
  bouncedAt: Date | null;
  complainedAt: Date | null;
};

/** From weak to strong: what is known later in this list is not undone by what comes before it. */
const ranks = ['sent', 'soft-bounced', 'rejected', 'delivered', 'bounced', 'read'] as const;
type Rank = (typeof ranks)[number];

/** By so much a carrier's clock may be behind ours. */
const SKEW_MS = 60_000;

/**
 * What the events of a mail make of what is known of it. The order in which they come, and how often each comes, does not matter: times
 * are the earliest, the status is the strongest that anything tells.
 */
export const followEvents = (facts: MailFacts, events: readonly MailEvent[]): MailFacts => events.reduce(follow, facts);

function follow(facts: MailFacts, event: MailEvent): MailFacts {
  const told = rankOf(event);
  if (told === null || isStale(facts, event)) return facts;
  const next = withTimes(facts, event);
  if (facts.status === 'skipped' || (facts.status === 'queued' && (facts.attempt === 0 || facts.sentAt !== null)))
    return next;
  const known = knownRank(facts);
  const rank = known !== null && ranks.indexOf(known) >= ranks.indexOf(told) ? known : told;
  const failed = rank === 'soft-bounced' || rank === 'rejected' || rank === 'bounced';
  return {
    ...next,
    status: failed ? 'failed' : rank,
    statusReason: failed ? rank : null,
    errorCode: failed ? codeOf(rank === known ? facts.errorCode : null, rank === told ? event : null) : null,
  };
}

/** Null: changes nothing. Opens and clicks are judged elsewhere. */
function rankOf({ type, bounce }: MailEvent): Rank | null {
  switch (type) {
    case 'send':
      return 'sent';
    case 'delivery':
    case 'complaint':
      return 'delivered';
    case 'reject':
      return 'rejected';
    case 'bounce':
      return bounce?.kind === 'hard' ? 'bounced' : bounce?.kind === 'soft' ? 'soft-bounced' : 'rejected';
    default:
      return null;
  }
}

/** Null: nothing but what we ourselves thought of it. */
function knownRank({ status, statusReason, openedAt, clickedAt, deliveredAt, complainedAt }: MailFacts): Rank | null {
  if (openedAt ?? clickedAt) return 'read';
  if (status === 'failed' && statusReason === 'bounced') return 'bounced';
  if (deliveredAt ?? complainedAt) return 'delivered';
  const failure = ranks.find((rank) => rank === statusReason);
  return status === 'failed' && failure ? failure : null;
}

/** About an earlier attempt, which somebody has tried again since. */
const isStale = ({ dispatchedAt }: MailFacts, { at, type, bounce }: MailEvent): boolean =>
  dispatchedAt !== null &&
  at.getTime() < dispatchedAt.getTime() - SKEW_MS &&
  type !== 'complaint' &&
  bounce?.kind !== 'hard';

function withTimes(facts: MailFacts, { type, at, messageId }: MailEvent): MailFacts {
  const taken = type === 'reject' ? facts.sentAt : earlier(facts.sentAt, facts.dispatchedAt ?? at);
  return {
    ...facts,
    providerMessageId: facts.providerMessageId ?? messageId ?? null,
    sentAt: taken,
    deliveredAt: type === 'delivery' ? earlier(facts.deliveredAt, at) : facts.deliveredAt,
    bouncedAt: type === 'bounce' ? earlier(facts.bouncedAt, at) : facts.bouncedAt,
    complainedAt: type === 'complaint' ? earlier(facts.complainedAt, at) : facts.complainedAt,
  };
}

const earlier = (a: Date | null, b: Date): Date => (a !== null && a <= b ? a : b);

const LONGEST_CODE = 200;

/** Of several the first by the alphabet, which does not depend on their order. */
function codeOf(known: string | null, event: MailEvent | null): string | null {
  const told = event?.bounce?.code?.slice(0, LONGEST_CODE) ?? null;
  if (known === null || told === null) return known ?? told;
  return known < told ? known : told;
}
