/** What a terminal shows, with its colours, as an SVG. */

const [columnWidth, lineHeight, padding] = [8.4, 19, 16];
const colors = { 31: '#f47067', 32: '#57ab5a', 33: '#c69026' };

/** `screen` is text with the sequences of SGR that up writes: bold, dim, red, green, yellow, and their ends. */
export function renderScreen(screen) {
  const lines = screen.trimEnd().split('\n');
  const width = Math.ceil(80 * columnWidth + 2 * padding);
  const height = lines.length * lineHeight + 2 * padding;
  let style = {};
  const rows = lines.map((line, index) => {
    const spans = [...line.matchAll(/\u001b\[([\d;]*)m|[^\u001b]+/g)].map(([text, codes]) => {
      if (codes === undefined) return `<tspan${attributes(style)}>${escaped(text)}</tspan>`;
      style = codes.split(';').reduce((now, code) => restyled(now, Number(code)), style);
      return '';
    });
    const y = padding + (index + 0.75) * lineHeight;
    return `<text x="${padding}" y="${y}" xml:space="preserve">${spans.join('')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="8" fill="#22272e"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14" fill="#cdd9e5">
${rows.join('\n')}
</g>
</svg>
`;
}

function restyled(style, code) {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { color: style.color };
  return { ...style, color: colors[code] };
}

function attributes({ bold, dim, color }) {
  return [
    bold ? ' font-weight="bold"' : '',
    dim ? ' opacity="0.6"' : '',
    color === undefined ? '' : ` fill="${color}"`,
  ].join('');
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
