/** Values that must be equal, not only of the same type. */
const exactKeys = new Set([
  'status',
  'error',
  'message',
  'event',
  'state',
  'statusReason',
  'statusCode',
  'messageType',
  'type',
  'instance',
  'instanceName',
  'integration',
  'fromMe',
  'exists',
  'number',
  'jid',
  'wuid',
  'remoteJid',
  'remoteJidAlt',
  'addressingMode',
  'conversation',
  'caption',
  'mimetype',
  'pushName',
  'presence',
  'enabled',
  'events',
  'webhookByEvents',
  'total',
  'pages',
  'currentPage',
  'disconnectionReasonCode',
]);

/** Present when the library could read the picture, absent on repeated uploads of the same one. */
const optionalKeys = new Set(['height', 'width', 'jpegThumbnail']);

/** Other people's bytes: only that they are bytes is compared. */
function isBytes(value: object): boolean {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^\d+$/.test(key));
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return isBytes(value) ? 'bytes' : 'object';
  return typeof value;
}

function compareLists(recorded: unknown[], simulated: unknown[], path: string): string[] {
  if (recorded.length === 0 || simulated.length === 0) {
    return recorded.length === simulated.length
      ? []
      : [`${path}: ${recorded.length} recorded, ${simulated.length} simulated`];
  }
  return simulated.flatMap((item, index) =>
    shapeDifferences(recorded[index] ?? recorded[0], item, `${path}[${index}]`),
  );
}

function compareObjects(recorded: Record<string, unknown>, simulated: Record<string, unknown>, path: string): string[] {
  const missing = Object.keys(recorded).filter((key) => !(key in simulated) && !optionalKeys.has(key));
  const added = Object.keys(simulated).filter((key) => !(key in recorded) && !optionalKeys.has(key));
  const shared = Object.keys(recorded).filter((key) => key in simulated);
  return [
    ...missing.map((key) => `${path}.${key}: missing`),
    ...added.map((key) => `${path}.${key}: not recorded`),
    ...shared.flatMap((key) => shapeDifferences(recorded[key], simulated[key], `${path}.${key}`)),
  ];
}

/** Where the simulated value has other keys or types than the recorded one, or another value where it counts. */
export function shapeDifferences(recorded: unknown, simulated: unknown, path = '$'): string[] {
  const [kind, other] = [kindOf(recorded), kindOf(simulated)];
  if (kind !== other) return [`${path}: ${kind} recorded, ${other} simulated`];
  if (kind === 'array') return compareLists(recorded as unknown[], simulated as unknown[], path);
  if (kind === 'object') {
    return compareObjects(recorded as Record<string, unknown>, simulated as Record<string, unknown>, path);
  }
  const key =
    path
      .replace(/\[\d+\]/g, '')
      .split('.')
      .at(-1) ?? '';
  const shortened = typeof recorded === 'string' && recorded.includes('…');
  if (!exactKeys.has(key) || shortened || recorded === simulated) return [];
  return [`${path}: ${JSON.stringify(recorded)} recorded, ${JSON.stringify(simulated)} simulated`];
}
