import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { finished } from 'node:stream/promises';
import busboy from 'busboy';

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Uploads</title>
  <form method="post" action="/files" enctype="multipart/form-data">
    <input type="file" name="file" multiple required>
    <button>Upload</button>
  </form>
</html>
`;

const server = createServer((req, res) => {
  if (req.method === 'GET' && req.url === '/') return answer(res, 200, page, 'text/html; charset=utf-8');
  if (req.method === 'POST' && req.url === '/files') return receive(req, res);
  answerJson(res, 404, { error: 'not found' });
});

async function receive(req, res) {
  try {
    answerJson(res, 201, await readFiles(req));
  } catch (error) {
    answerJson(res, 400, { error: error.message });
  }
}

/** No file is ever in memory as a whole. A real app would pipe it to S3: the disk of a Lambda goes away with it. */
async function readFiles(req) {
  const files = [];
  const form = busboy({ headers: req.headers, defParamCharset: 'utf8' });
  form.on('file', (_field, file, { filename, mimeType }) => {
    const sha256 = createHash('sha256');
    let size = 0;
    file.on('data', (chunk) => {
      sha256.update(chunk);
      size += chunk.length;
    });
    file.on('end', () => files.push({ name: filename, type: mimeType, size, sha256: sha256.digest('hex') }));
    // The form fails with it.
    file.on('error', () => {});
  });
  await finished(req.pipe(form));
  return files;
}

function answerJson(res, status, value) {
  answer(res, status, `${JSON.stringify(value)}\n`, 'application/json');
}

function answer(res, status, body, type) {
  res.writeHead(status, { 'content-type': type });
  res.end(body);
}

server.listen(Number(process.env.PORT ?? 3000));
