/** The type of a file, by the end of its name. */

const text = (type: string) => `${type}; charset=utf-8`;

/** https://www.iana.org/assignments/media-types; JavaScript by RFC 9239. */
const types = {
  aac: 'audio/aac',
  apng: 'image/apng',
  atom: text('application/atom+xml'),
  avif: 'image/avif',
  bmp: 'image/bmp',
  css: text('text/css'),
  csv: text('text/csv'),
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  eot: 'application/vnd.ms-fontobject',
  epub: 'application/epub+zip',
  flac: 'audio/flac',
  geojson: text('application/geo+json'),
  gif: 'image/gif',
  glb: 'model/gltf-binary',
  gltf: text('model/gltf+json'),
  gz: 'application/gzip',
  htm: text('text/html'),
  html: text('text/html'),
  ico: 'image/vnd.microsoft.icon',
  ics: text('text/calendar'),
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: text('text/javascript'),
  json: text('application/json'),
  jsonld: text('application/ld+json'),
  jxl: 'image/jxl',
  m3u8: 'application/vnd.apple.mpegurl',
  m4a: 'audio/mp4',
  map: text('application/json'),
  md: text('text/markdown'),
  mjs: text('text/javascript'),
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  mpd: text('application/dash+xml'),
  oga: 'audio/ogg',
  ogg: 'audio/ogg',
  ogv: 'video/ogg',
  opus: 'audio/ogg',
  otf: 'font/otf',
  pdf: 'application/pdf',
  png: 'image/png',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  rss: text('application/rss+xml'),
  rtf: 'application/rtf',
  svg: text('image/svg+xml'),
  tar: 'application/x-tar',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  toml: text('application/toml'),
  ttf: 'font/ttf',
  txt: text('text/plain'),
  vtt: text('text/vtt'),
  wasm: 'application/wasm',
  wav: 'audio/wav',
  weba: 'audio/webm',
  webm: 'video/webm',
  webmanifest: text('application/manifest+json'),
  webp: 'image/webp',
  woff: 'font/woff',
  woff2: 'font/woff2',
  xhtml: text('application/xhtml+xml'),
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: text('application/xml'),
  yaml: text('application/yaml'),
  yml: text('application/yaml'),
  zip: 'application/zip',
};

const byExtension: ReadonlyMap<string, string> = new Map(Object.entries(types));

/** Bytes that nobody knows are to be kept, not shown or run. */
export function typeOf(path: string): string {
  return byExtension.get(extensionOf(path)) ?? 'application/octet-stream';
}

/** Without its dot, in lower case; '' when the last segment has none. */
export function extensionOf(path: string): string {
  return /\.([^./]*)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}
