/** `url`: what gives a stage its public URL. */
import { choice } from './values.ts';

export const urlSchema = choice(['http_api', 'function_url']).meta({
  description: '`http_api`: an API Gateway HTTP API. `function_url`: for streaming and requests longer than 30 s.',
  examples: ['function_url'],
});
