/** `cors`: which sites may use the app from a browser. What depends on two keys at once is judged by cors-problems.ts. */
import { z } from 'zod';
import { isHeaderName } from '../http/headers.ts';
import { readOrigin } from './origins.ts';
import { mustBe, wholeNumber } from './values.ts';

const flag = () => z.boolean({ error: mustBe('true or false') });

const origin = z
  .string({ error: mustBe('an origin such as "https://example.com"') })
  .superRefine((written, context) => {
    const read = readOrigin(written);
    if ('refusal' in read) context.addIssue({ code: 'custom', message: read.refusal });
  })
  .overwrite((written) => {
    const read = readOrigin(written);
    return 'origin' in read ? read.origin : written;
  });

/** https://fetch.spec.whatwg.org/#forbidden-method */
const forbiddenMethod = /^(?:CONNECT|TRACE|TRACK)$/i;

const method = z
  .string({ error: mustBe('a method such as "GET"') })
  .refine((name) => isHeaderName(name) && name !== '*', { error: mustBe('a method such as "GET"') })
  .refine((name) => !forbiddenMethod.test(name), { error: 'must not be {value}: no browser sends it' })
  .toUpperCase();

const headerName = z
  .string({ error: mustBe('the name of a header field, or "*"') })
  .refine(isHeaderName, { error: mustBe('the name of a header field, or "*"') });

const notEmpty = (what: string) => ({ error: `must name at least one ${what}` });

export const corsSchema = z
  .strictObject({
    enable: flag()
      .default(true)
      .meta({ description: 'False switches `cors` off, in a stage for instance.', examples: [false] }),
    allowed_origins: z
      .array(origin)
      .min(1, notEmpty('origin'))
      .default(['*'])
      .meta({
        description:
          'The origins that may read answers: `https://example.com`, `https://*.example.com`, or `*` for all.',
        examples: [['https://example.com', 'https://*.example.com']],
      }),
    allowed_methods: z
      .array(method)
      .min(1, notEmpty('method'))
      .default(['GET', 'POST', 'HEAD'])
      .meta({ description: 'The methods they may use.', examples: [['GET', 'PUT', 'DELETE']] }),
    allowed_headers: z
      .array(headerName)
      .default(['Origin', 'Accept', 'Content-Type', 'X-Requested-With'])
      .meta({
        description: 'The request header fields they may send; `*` for all, without credentials only.',
        examples: [['Authorization', 'Content-Type']],
      }),
    exposed_headers: z
      .array(headerName)
      .default([])
      .meta({
        description:
          'The response header fields they may read beside the usual; `*` for all, without credentials only.',
        examples: [['ETag']],
      }),
    allow_credentials: flag()
      .default(false)
      .meta({
        description: 'True lets them send cookies. The origins must then be named, and be https or of this machine.',
        examples: [true],
      }),
    max_age: wholeNumber(-1, 86_400)
      .default(0)
      .meta({
        description:
          'Seconds a browser may remember a preflight, up to 86400. 0: what the browser does; -1: not at all.',
        examples: [3600],
      }),
    private_network: flag()
      .default(false)
      .meta({ description: 'True lets public sites in where the app is in a private network.', examples: [true] }),
    debug: flag()
      .optional()
      .meta({ description: 'Does nothing; apex/up had it.', examples: [false], derived: 'none' }),
  })
  .meta({
    description:
      'Cross-origin requests: which sites may use the app from a browser. Present means on. Preflights are answered before the app; the `Access-Control-*` fields of the app are replaced.',
    examples: [{ allowed_origins: ['https://example.com'], allow_credentials: true }],
  });
