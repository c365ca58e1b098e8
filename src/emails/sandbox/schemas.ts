import { z } from '@hono/zod-openapi';
import { InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { OpenedMail, SandboxMailRow } from './queries.ts';

export const SandboxMailQuery = PageQuery.extend({ search: z.string().max(200).optional() });

export const SandboxMail = z
  .object({
    id: z.uuid(),
    sender: z.string(),
    recipients: z.array(z.string()),
    subject: z.string(),
    sizeBytes: z.int(),
    rejected: z.boolean().openapi({ description: 'Refused at RCPT: there is no mail' }),
    receivedAt: InstantOut,
  })
  .openapi('SandboxMail');

export const SandboxMailPage = pageOf(SandboxMail).openapi('SandboxMailPage');

export const OpenedSandboxMail = SandboxMail.extend({
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  truncated: z.boolean().openapi({ description: 'Too big to be shown whole; its raw message is' }),
  text: z.string().nullable(),
  html: z.string().nullable(),
  attachments: z.array(z.object({ name: z.string(), mimeType: z.string(), sizeBytes: z.int() })),
}).openapi('OpenedSandboxMail');

export const presentSandboxMail = ({ receivedAt, ...row }: SandboxMailRow) => ({
  ...row,
  receivedAt: toInstant(receivedAt),
});

export const presentOpenedMail = ({ receivedAt, ...mail }: OpenedMail) => ({
  ...mail,
  receivedAt: toInstant(receivedAt),
});
