import { z } from '@hono/zod-openapi';
import { parsePermissions, scopes } from '#src/accounts/scopes.ts';
import { campaignChannels, campaignStatuses } from '#src/db/schema/campaigns.ts';
import { instanceStatuses } from '#src/db/schema/instances.ts';
import { deletionScopes, deletionStatuses, deletionSteps } from '#src/db/schema/users-kept.ts';
import { Id, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { Deletion } from './deletion.ts';
import type { UserDetails } from './find-user-details.ts';
import { creditFields, presentAdminUser, userFields } from './schemas.ts';

const counts = Object.fromEntries(campaignStatuses.map((status) => [status, z.int()])) as Record<
  (typeof campaignStatuses)[number],
  z.ZodInt
>;

export const AdminUserDetails = z
  .object({
    ...userFields,
    credits: z.object({
      ...creditFields,
      toppedUp: z.int(),
      spent: z.int().openapi({ description: 'In all, refunds taken off' }),
    }),
    instances: z.array(
      z.object({
        id: Id,
        name: z.string(),
        status: z.enum(instanceStatuses),
        phone: z.string().nullable(),
        createdAt: InstantOut,
        deletedAt: InstantOut.nullable(),
      }),
    ),
    campaigns: z.object({
      counts: z.object(counts),
      open: z
        .array(
          z.object({
            id: Id,
            name: z.string(),
            channel: z.enum(campaignChannels),
            status: z.enum(campaignStatuses),
            startedAt: InstantOut.nullable(),
          }),
        )
        .openapi({ description: 'Running or paused, the 20 newest' }),
    }),
    sessionCount: z.int().openapi({ description: 'Open ones' }),
    apiKeys: z.array(
      z.object({
        id: Id,
        name: z.string(),
        start: z.string(),
        scopes: z.array(z.enum(scopes)),
        expiresAt: InstantOut.nullable(),
        lastUsedAt: InstantOut.nullable(),
        createdAt: InstantOut,
      }),
    ),
    activities: z
      .array(
        z.object({
          id: Id,
          verb: z.string(),
          subjectType: z.string(),
          subjectId: z.string().nullable(),
          impersonatorId: Id.nullable(),
          createdAt: InstantOut,
        }),
      )
      .openapi({ description: 'The 20 newest' }),
  })
  .openapi('AdminUserDetails');

export function presentUserDetails(row: UserDetails, now: Date): z.input<typeof AdminUserDetails> {
  const user = presentAdminUser(row, now);
  return {
    ...user,
    credits: { ...user.credits, toppedUp: row.toppedUp, spent: row.spent },
    instances: row.instances.map(({ deletingAt, createdAt, deletedAt, ...instance }) => ({
      ...instance,
      createdAt: toInstant(createdAt),
      deletedAt: toInstant(deletedAt ?? deletingAt),
    })),
    campaigns: {
      counts: row.campaignCounts,
      open: row.running.map((campaign) => ({ ...campaign, startedAt: toInstant(campaign.startedAt) })),
    },
    sessionCount: row.sessionCount,
    apiKeys: row.keys.map((key) => ({
      id: key.id,
      name: key.name ?? '',
      start: key.start ?? '',
      scopes: parsePermissions(key.permissions),
      expiresAt: toInstant(key.expiresAt),
      lastUsedAt: toInstant(key.lastRequest),
      createdAt: toInstant(key.createdAt),
    })),
    activities: row.activities.map(({ id, verb, subjectType, subjectId, impersonatorId, createdAt }) => ({
      id,
      verb,
      subjectType,
      subjectId,
      impersonatorId,
      createdAt: toInstant(createdAt),
    })),
  };
}

export const DeletionQuery = z.strictObject({
  organization: z
    .enum(['delete'])
    .optional()
    .openapi({ description: 'With his organization, all its users and all that it has' }),
  confirmation: z.string().min(1).max(200).optional().openapi({ description: 'Then: the name of the organization' }),
});
export const DeletionListQuery = PageQuery.extend({ status: z.enum(deletionStatuses).optional() });
export const DeletionOut = z
  .object({
    id: Id,
    userId: Id,
    organizationId: Id,
    scope: z.enum(deletionScopes),
    status: z.enum(deletionStatuses),
    step: z.enum(deletionSteps).openapi({ description: 'What is being done, or was last' }),
    progress: z.number().min(0).max(1),
    users: z.int().openapi({ description: 'Whose accounts end by it' }),
    counts: z.record(z.string(), z.int()).openapi({ description: 'What was ended, and the rows erased by table' }),
    createdAt: InstantOut,
    updatedAt: InstantOut,
    endedAt: InstantOut.nullable(),
  })
  .openapi('UserDeletion');
export const DeletionPage = pageOf(DeletionOut);

export const presentDeletion = ({ userIds, doneSteps, totalSteps, ...row }: Deletion): z.input<typeof DeletionOut> => ({
  ...row,
  progress: doneSteps / totalSteps,
  users: userIds.length,
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
  endedAt: toInstant(row.endedAt),
});
