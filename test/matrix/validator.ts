import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Document } from './operations.ts';

/** Says what of a value is not as a schema of the document has it; null: it is. Each schema is compiled once. */
export function createValidator(document: Document): (schema: object, value: unknown) => unknown {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, inlineRefs: false });
  ajv.addSchema({ $id: 'ulak', components: document.components });
  const pointed = new Map<object, object>();
  return (schema, value) => {
    // its references point into the document
    const whole =
      pointed.get(schema) ?? JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"ulak#/components/'));
    pointed.set(schema, whole);
    return ajv.validate(whole, value) ? null : ajv.errors;
  };
}
