import { type SeenTyping, typingStates } from '#src/conversations/tell-typing.ts';
import { bag, string } from './json.ts';
import { readPerson } from './read-person.ts';

type Knock = { instanceId: string; event: string; payload: { data?: unknown }; at: Date };

/** Whoever wrote longer ago has stopped, or has sent it. */
const FRESH_MS = 20_000;

/** Who writes or records just now, of people (not groups); nothing of what came too late to be shown. */
export function readPresence({ instanceId, event, payload, at }: Knock, now: Date): SeenTyping[] {
  if (event !== 'presence.update' || now.getTime() - at.getTime() > FRESH_MS) return [];
  const { id, presences } = bag(payload.data);
  const person = readPerson({ remoteJid: id });
  if (!person) return [];
  const said = Object.values(bag(presences)).map((presence) => string(bag(presence).lastKnownPresence));
  const state = typingStates.find((known) => said.includes(known));
  // available and unavailable: writes no more
  return said.length === 0 ? [] : [{ ...person, instanceId, state: state ?? 'paused' }];
}
