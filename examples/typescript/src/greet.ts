export interface Greeting {
  readonly greeting: string;
  readonly length: number;
}

/** Greets by name. */
export function greet(name: string): Greeting {
  const greeting = `Hello, ${name === '' ? 'TypeScript' : name}`;
  return { greeting, length: greeting.length };
}
