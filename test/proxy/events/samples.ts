/** `{"hello":"world"}` as one raw block of a zstd frame (RFC 8878 3.1): Node 20 has no encoder of its own. */
export const zstdText = Buffer.concat([Buffer.from('28b52ffd2011890000', 'hex'), Buffer.from('{"hello":"world"}')]);
