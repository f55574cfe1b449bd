'use client';

import { useState } from 'react';

/** Runs in the browser: asks the route handler. */
export default function Order() {
  const [said, setSaid] = useState('');
  async function order() {
    const res = await fetch('/api/orders', { method: 'POST', body: JSON.stringify({ tea: 'sencha' }) });
    setSaid(`Ordered: ${(await res.json()).grams} g`);
  }
  return (
    <p>
      <button type="button" onClick={order}>
        Order Sencha
      </button>{' '}
      {said}
    </p>
  );
}
