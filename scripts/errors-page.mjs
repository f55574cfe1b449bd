/** The text of docs/errors.md, from the two tables of errors. */

export function renderErrors(errorTable, codes) {
  return [
    '<!-- Made by `npm run generate` from cli/errors.ts and http/codes.ts. -->',
    '# Errors',
    '',
    'Codes are stable. Messages say what happened, then the evidence, then what to do next. With `--json` they are one',
    'object on stderr: `{"error": {"code", "message", "hint", "next", "evidence"}}`.',
    '',
    '## Exit codes',
    '',
    ...table(
      ['exit', 'means'],
      [
        ['0', 'ok, also when there was nothing to deploy'],
        ['1', 'failed'],
        ['2', 'usage, or up.json is not valid'],
        ['3', 'credentials'],
        ['4', 'permission denied, or not found'],
        ['5', 'conflict, or locked'],
        ['6', 'AWS or the network is not available'],
        ['130', 'ended by Ctrl-C (SIGINT)'],
        ['143', 'ended by SIGTERM'],
      ],
    ),
    '',
    '## Of the program',
    '',
    ...table(
      ['code', 'exit', 'means', 'what to do'],
      Object.entries(errorTable).map(([code, { exit, means, hint }]) => [`\`${code}\``, String(exit), means, hint]),
    ),
    '',
    '## At run time',
    '',
    'What the proxy answers by itself is JSON, `{"error", "code", "requestId"}`, never cached, and never holds a stack or a',
    'variable. The evidence is in the log: `up logs`.',
    '',
    ...table(
      ['code', 'status', 'means'],
      Object.entries(codes).map(([code, { status, means }]) => [`\`${code}\``, String(status), means]),
    ),
    '',
  ].join('\n');
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
