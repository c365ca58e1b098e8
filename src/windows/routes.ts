import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { changeEmailWindow } from './change-email-window.ts';
import { changeSettings } from './change-settings.ts';
import { EmailSettingsBody, EmailSettingsOut, presentEmailSettings, toEmailWindow } from './email-window-schemas.ts';
import { readSettings } from './queries.ts';
import { readEmailWindow } from './read-email-window.ts';
import { presentSettings, SettingsBody, SettingsOut, toSettingsChange } from './schemas.ts';

const isSandbox = (ctx: OrgContext): boolean => ctx.config.evolution === null;

const showSettings = defineRoute(
  {
    method: 'get',
    path: '/v1/settings',
    summary: 'The caller’s time zone, language, sending window and pace',
    tag: 'Settings',
    access: 'user',
    scope: 'settings:read',
    answer: { status: 200, schema: SettingsOut },
  },
  async ({ ctx }) => presentSettings(await readSettings(ctx), isSandbox(ctx)),
);

const putSettings = defineRoute(
  {
    method: 'put',
    path: '/v1/settings',
    summary: 'Change the caller’s settings',
    description:
      'What is left out stays as it is. The sending window must lie inside the platform’s general window; if that is narrowed ' +
      'later, messages go out in what both allow.',
    tag: 'Settings',
    access: 'user',
    scope: 'settings:write',
    body: SettingsBody,
    answer: { status: 200, schema: SettingsOut },
  },
  async ({ ctx, body }) => presentSettings(await changeSettings(ctx, toSettingsChange(body)), isSandbox(ctx)),
);

const showEmailSettings = defineRoute(
  {
    method: 'get',
    path: '/v1/organization/email-settings',
    summary: 'When the organization’s marketing mail may go out',
    tag: 'Settings',
    access: 'user',
    scope: 'settings:read',
    answer: { status: 200, schema: EmailSettingsOut },
  },
  async ({ ctx }) => presentEmailSettings(await readEmailWindow(ctx, ctx.organizationId)),
);

const putEmailSettings = defineRoute(
  {
    method: 'put',
    path: '/v1/organization/email-settings',
    summary: 'Change when the organization’s marketing mail may go out',
    description:
      'Owner only. It holds for every email campaign, the running ones too; without one mail goes out at any time.',
    tag: 'Settings',
    access: 'user',
    body: EmailSettingsBody,
    answer: { status: 200, schema: EmailSettingsOut },
  },
  async ({ ctx, body }) => {
    const window = toEmailWindow(body);
    if (window !== undefined) await changeEmailWindow(ctx, window);
    return presentEmailSettings(await readEmailWindow(ctx, ctx.organizationId));
  },
);

export const windowsRoutes: Route<OrgContext>[] = [showEmailSettings, putEmailSettings, showSettings, putSettings];
