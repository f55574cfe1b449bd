import Image from 'next/image';
import Order from './order.jsx';
import { teas } from './teas.js';

/** Made once, by the build. */
export default function Home() {
  return (
    <main>
      <Image src="/leaf.svg" alt="" width={48} height={48} />
      <h1>Tea shop</h1>
      <ul>
        {teas.map(({ id, name }) => (
          <li key={id}>
            <a href={`/teas/${id}`}>{name}</a>
          </li>
        ))}
      </ul>
      <Order />
    </main>
  );
}
