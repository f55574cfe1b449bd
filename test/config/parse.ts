/** Shorthands for the tests of config/. */
import { ConfigError, type ParsedConfig, type Problem, parseConfig } from '../../config/index.ts';

export const file = 'up.json';

/** Parses a text, or a value written as JSON, with a name to fall back on. */
export function parse(input: unknown): ParsedConfig {
  return parseConfig(typeof input === 'string' ? input : JSON.stringify(input), { file, fallbackName: 'my-app' });
}

/** The error of a text that must not parse. */
export function errorOf(run: () => unknown): ConfigError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('expected a ConfigError');
}

export function problemsOf(input: unknown): readonly Problem[] {
  return errorOf(() => parse(input)).problems;
}

export function messagesOf(input: unknown): string[] {
  return problemsOf(input).map((problem) => problem.message);
}

/** `line:column path`, as few characters as a table can hold. */
export function placesOf(input: unknown): string[] {
  return problemsOf(input).map(({ line, column, path }) => `${line}:${column} ${path}`);
}
