/** The same answers by express. */
const express = require('express');
const { json, text, binary } = require('./plain.cjs');

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/json', (_req, res) => res.type('json').send(json));
app.get('/text', (_req, res) => res.type('text').send(text));
app.get('/binary', (_req, res) => res.type('application/octet-stream').send(binary));
app.get('/', (_req, res) => res.send('ok'));

if (require.main === module) app.listen(process.env.PORT, '127.0.0.1');
module.exports = { app };
