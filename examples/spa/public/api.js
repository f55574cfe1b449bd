/** The JSON of an answer; null for what is not there. */
export async function api(path, options) {
  const res = await fetch(`/api${path}`, { headers: { 'content-type': 'application/json' }, ...options });
  if (res.status === 404) return null;
  if (!res.ok) throw new Error(`${path} answered ${res.status}`);
  return res.json();
}
