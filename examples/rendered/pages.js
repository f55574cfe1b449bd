export function homePage({ name }) {
  return page(
    'Tea room',
    `<h1>Hello, ${escapeHtml(name || 'stranger')}</h1>
    <form method="post" action="/name">
      <label>Your name <input name="name" value="${escapeHtml(name ?? '')}" maxlength="80" required></label>
      <button>Remember me</button>
    </form>
    <p><a href="/clock">What time is it?</a> <a href="/broken">A page that fails</a></p>`,
  );
}

export function clockPage() {
  return page(
    'Clock',
    `<h1>It is <time>…</time></h1>
    <p><a href="/">Back</a></p>
    <script type="module" src="/clock.js"></script>`,
  );
}

function page(title, content) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>${escapeHtml(title)}</title>
    <link rel="icon" href="/icon.svg">
  </head>
  <body>
    ${content}
  </body>
</html>
`;
}

function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
