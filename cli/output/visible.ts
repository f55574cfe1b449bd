/** What somebody has typed, or a file holds, on its way to the terminal. */

/** Control characters as they are written in code: the terminal is not spoken to. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (char) => {
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
