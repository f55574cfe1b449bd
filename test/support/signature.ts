/** Credentials as AWS's clients send them, for calls that no client of AWS would make. */

export interface SignedHeaders extends Record<string, string> {
  readonly authorization: string;
  readonly 'x-amz-date': string;
}

/** Well formed and of this moment; the signature itself is none, which the platform can tell of its own credentials only. */
export function signedHeaders(service: string, region = 'us-east-1'): SignedHeaders {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `ANY/${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=0`,
    'x-amz-date': time,
  };
}
