/** What an API key can be allowed to do. A route names the one it needs; a route without one is closed to keys. */
export const scopes = [
  'account:read',
  'activities:read',
  'appointments:read',
  'appointments:write',
  'campaigns:read',
  'campaigns:write',
  'conversations:read',
  'conversations:write',
  'credits:read',
  'customers:read',
  'customers:write',
  'events:read',
  'groups:read',
  'groups:write',
  'instances:read',
  'instances:write',
  'media:read',
  'media:write',
  'messages:read',
  'messages:write',
  'organization:read',
  'organization:write',
  'reports:read',
  'reports:write',
  'segments:read',
  'segments:write',
  'settings:read',
  'settings:write',
  'sms:read',
  'sms:write',
  'suppressions:read',
  'suppressions:write',
  'templates:read',
  'templates:write',
  'webhooks:read',
  'webhooks:write',
] as const;

export type Scope = (typeof scopes)[number];

/** Scopes as better-auth keeps them: `{"customers":["read","write"]}`. */
export function formatPermissions(granted: readonly Scope[]): string {
  const pairs = [...new Set(granted)].sort().map((scope) => scope.split(':') as [string, string]);
  const bySubject = Map.groupBy(pairs, ([subject]) => subject);
  return JSON.stringify(
    Object.fromEntries([...bySubject].map(([subject, actions]) => [subject, actions.map(([, action]) => action)])),
  );
}

/** The scopes of a stored key that we still know; none when what is stored cannot be read. */
export function parsePermissions(permissions: string | null): Scope[] {
  try {
    const parsed = JSON.parse(permissions ?? '{}') as Record<string, string[]>;
    const granted = new Set(
      Object.entries(parsed).flatMap(([subject, actions]) => actions.map((a) => `${subject}:${a}`)),
    );
    return scopes.filter((scope) => granted.has(scope));
  } catch {
    return [];
  }
}
