type Bag = Record<string, unknown>;

const MOST_LEVELS = 16;
const LONGEST_TEXT = 16 * 1024;

/** An SES event as it may be stored: what PostgreSQL cannot keep left out. Null for what is no event (SES announces itself in prose). */
export function cleanEvent(message: string): Bag | null {
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch {
    return null;
  }
  const event = clean(json, 0);
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return null;
  const { eventType, notificationType } = event as Bag;
  return typeof (eventType ?? notificationType) === 'string' ? (event as Bag) : null;
}

function clean(value: unknown, level: number): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed().slice(0, LONGEST_TEXT);
  if (typeof value !== 'object' || value === null) return value;
  if (level >= MOST_LEVELS) return null;
  if (Array.isArray(value)) return value.map((item) => clean(item, level + 1));
  const members = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(members.map(([key, member]) => [clean(key, level), clean(member, level + 1)]));
}
