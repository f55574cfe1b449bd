/** Derives the schema of a section inside a stage: every key is optional, and null means "back to the default". */
import { z } from 'zod';

type Bare<Field> = Field extends z.ZodDefault<infer Inner> | z.ZodOptional<infer Inner> ? Inner : Field;

export type Override<Shape extends z.ZodRawShape> = {
  [Key in keyof Shape]: z.ZodOptional<z.ZodNullable<Bare<Shape[Key]> & z.ZodType>>;
};

/** The same keys with the same rules, but none of the defaults: what a stage leaves out, it inherits. */
export function override<Shape extends z.ZodRawShape>(section: z.ZodObject<Shape>) {
  const fields = Object.entries(section.shape).map(([key, field]) => [key, overrideField(field)]);
  // `as`: Object.fromEntries forgets which key had which schema; Override says what overrideField does to each.
  return z.strictObject(Object.fromEntries(fields) as Override<Shape>).meta(z.globalRegistry.get(section) ?? {});
}

/** One key in the same way. */
export function overrideField<Field extends z.core.$ZodType>(
  field: Field,
): z.ZodOptional<z.ZodNullable<Bare<Field> & z.ZodType>> {
  const meta = z.globalRegistry.get(field) ?? {};
  const nullable = withNullableValues(bare(field))
    .nullable()
    .optional()
    .meta({ ...meta, derived: undefined });
  // `as`: `bare` forgets what Bare remembers.
  return nullable as z.ZodOptional<z.ZodNullable<Bare<Field> & z.ZodType>>;
}

/** Each value of a map may be null, which takes it back. What the map as a whole must fulfil is still checked. */
function withNullableValues(field: z.ZodType): z.ZodType {
  if (!(field instanceof z.ZodRecord)) return field;
  const { def } = field;
  return field.clone({ ...def, valueType: (def.valueType as z.ZodType).nullable() });
}

function bare(field: z.core.$ZodType): z.ZodType {
  if (field instanceof z.ZodDefault || field instanceof z.ZodOptional) return bare(field.unwrap());
  if (field instanceof z.ZodType) return field;
  throw new TypeError('a section is made of classic zod schemas');
}
