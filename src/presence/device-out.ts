import { z } from '@hono/zod-openapi';

/** As HTTP says it, wherever a session is shown. */
export const DeviceOut = z
  .object({
    name: z.string().nullable().openapi({ example: 'Chrome 140 · Windows' }),
    browser: z.string().nullable(),
    os: z.string().nullable(),
    kind: z.enum(['desktop', 'mobile', 'tablet', 'other']),
  })
  .openapi('Device', { description: 'As it names itself; null where it does not' });
