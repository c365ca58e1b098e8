import { z } from '@hono/zod-openapi';
import { customFieldTypes } from '#src/db/schema/customer-records.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantOut, toInstant } from '#src/platform/schemas.ts';
import { fieldLimits, type CustomField as Row } from './custom-field.ts';
import { cleanLine } from './customer.ts';

const Label = z.string().overwrite(cleanLine).min(1).max(fieldLimits.label);
const Options = z
  .array(z.string().overwrite(cleanLine).min(1).max(fieldLimits.option))
  .max(fieldLimits.options)
  .overwrite((options) => [...new Set(options)])
  .openapi({ description: 'Of select and multi-select: what may be chosen, in the order shown.' });
const Position = z
  .int()
  .min(0)
  .max(10_000)
  .openapi({ description: 'Where it is shown; of the same, the elder first.' });

export const CustomFieldCreate = z
  .strictObject({
    key: z
      .string()
      .regex(
        /^[A-Za-z][A-Za-z0-9_]{0,49}$/,
        bothLanguages({
          en: 'A Latin letter, then at most 49 letters, digits and underscores',
          tr: 'Bir Latin harfi, ardından en çok 49 harf, rakam ve alt çizgi',
        }),
      )
      .openapi({ description: 'Under which values are kept; never changes.', example: 'shoeSize' }),
    label: Label,
    type: z.enum(customFieldTypes),
    options: Options.optional(),
    position: Position.optional(),
  })
  .openapi('CustomFieldCreate');

export const CustomFieldUpdate = z
  .strictObject({ label: Label.optional(), options: Options.optional(), position: Position.optional() })
  .openapi('CustomFieldUpdate', {
    description: 'Values kept of an option that is taken out stay until they are written anew.',
  });

export const CustomField = z
  .object({
    id: Id,
    key: z.string(),
    label: z.string(),
    type: z.enum(customFieldTypes),
    options: z.array(z.string()),
    position: z.int(),
    createdAt: InstantOut,
    updatedAt: InstantOut,
  })
  .openapi('CustomField');

export const presentCustomField = (row: Row): z.input<typeof CustomField> => ({
  ...row,
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
});
