/** The wildcards of IAM: `*` for any run of characters, `?` for exactly one. */

/** Whether the whole text fits. In time of at most pattern times text, whatever the pattern. */
export function matchesPattern(pattern: string, text: string): boolean {
  let [at, star, resume] = [0, -1, 0];
  for (let position = 0; position < text.length; ) {
    const sign = pattern[at];
    if (sign === '*') {
      // As little as possible for now; it takes one more whenever the rest does not fit.
      [star, resume] = [at, position];
      at++;
    } else if (sign === '?' || sign === text[position]) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** Actions are compared without regard to case: `Lambda:get*` allows `lambda:GetFunction`. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesPattern(pattern.toLowerCase(), action.toLowerCase());
}

/**
 * Part by part, because a wildcard does not reach over the colon between two of the six parts; the last part may hold
 * colons of its own, and parts that a pattern leaves away may be anything.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const parts = toParts(arn);
  const patterns = toParts(pattern);
  return parts.every((part, index) => matchesPattern(patterns[index] ?? '*', part));
}

const partCount = 6;

function toParts(arn: string): string[] {
  const parts = arn.split(':');
  if (parts.length <= partCount) return parts;
  return [...parts.slice(0, partCount - 1), parts.slice(partCount - 1).join(':')];
}
