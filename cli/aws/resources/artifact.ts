/**
 * Where the package is when Lambda takes it: in the request, or in a bucket when it is too large for one. The SDK's client
 * for S3 is loaded only for the latter.
 */
import type { StoredArtifact } from '../artifacts/objects.ts';
import { compositeChecksum } from '../artifacts/parts.ts';
import type { Clients } from '../clients.ts';
import type { Identity } from '../identity.ts';
import type { Change, Context, LiveArtifact } from '../model.ts';
import { artifactKey, bucketName } from '../names.ts';
import type { ArtifactSpec, Spec } from '../spec.ts';

/**
 * Lambda takes 50 MB in a request, whose body, in base64, may have 70,167,211 bytes. Well below, since a request of that
 * length that breaks off begins anew, and one in parts does not.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const maxDirectBytes = 40 * 1024 * 1024;

/** Null for a package that goes with the request. */
export function artifactSpec(app: string, code: Spec['code'], identity: Identity): ArtifactSpec | null {
  if (code.zip.length <= maxDirectBytes) return null;
  return { bucket: bucketName(identity.account, identity.region), key: artifactKey(app, code.sha256) };
}

/** What CreateFunction calls Code. */
export function codeOf({ artifact, code }: Spec): { ZipFile: Uint8Array } | { S3Bucket: string; S3Key: string } {
  return artifact ? { S3Bucket: artifact.bucket, S3Key: artifact.key } : { ZipFile: code.zip };
}

export async function readArtifact({ s3 }: Clients, { artifact, identity }: Spec): Promise<LiveArtifact | null> {
  if (!artifact) return null;
  const [{ readChecksum }, { placeOf }] = await store();
  const checksum = await readChecksum(await s3(), placeOf(identity), artifact.key);
  return checksum === null ? null : { checksum };
}

/** An object of that key with other content is the result of a failed upload: it is replaced. */
export function diffArtifact({ code }: Spec, { checksum }: LiveArtifact): Change[] {
  const wanted = compositeChecksum(code.zip);
  return checksum === wanted || checksum === code.sha256 ? [] : [{ field: 'Code', from: checksum, to: wanted }];
}

export async function createArtifact({ clients, spec, say }: Context): Promise<void> {
  const { artifact, identity, code, app } = spec;
  if (!artifact) return;
  const [, { ensureBucket, placeOf }, { upload }] = await store();
  const s3 = await clients.s3();
  const place = placeOf(identity);
  await ensureBucket(s3, place, identity.region);
  await upload(s3, { place, key: artifact.key, zip: code.zip, app, say });
}

export interface ArtifactsOf {
  readonly app: string;
  readonly identity: Identity;
}

/** Every package of the app that the bucket keeps. Lambda has copies of its own: no version needs them. */
export async function listArtifacts({ s3 }: Clients, { app, identity }: ArtifactsOf): Promise<StoredArtifact[]> {
  const [{ listObjects }] = await store();
  return listObjects(await s3(), identity, app);
}

/** Removes those, each of which `listArtifacts` has given, and the bucket with the last one of all apps. */
export async function removeArtifacts(
  { s3 }: Clients,
  { identity }: ArtifactsOf,
  artifacts: readonly Pick<StoredArtifact, 'key'>[],
): Promise<void> {
  if (artifacts.length === 0) return;
  const [{ removeBucket, removeObjects }] = await store();
  const client = await s3();
  await removeObjects(
    client,
    identity,
    artifacts.map(({ key }) => key),
  );
  await removeBucket(client, identity);
}

function store() {
  return Promise.all([
    import('../artifacts/objects.ts'),
    import('../artifacts/bucket.ts'),
    import('../artifacts/upload.ts'),
  ]);
}
