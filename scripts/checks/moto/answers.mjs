/** What moto answered, looked at. */

/** moto has no route for it, or none for the method: it answers with a page of HTML. */
export function isLacking({ status, headers }) {
  return (status === 404 || status === 500) && String(headers['content-type']).startsWith('text/html');
}

export function isDone({ status }) {
  return status < 300;
}
