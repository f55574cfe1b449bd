import { cookies } from 'next/headers';
import { notFound } from 'next/navigation';
import { teas } from '../../teas.js';

/** Made for each request: it looks at a cookie. */
export default async function Tea({ params }) {
  const { id } = await params;
  const tea = teas.find((one) => one.id === id) ?? notFound();
  const milk = (await cookies()).get('milk')?.value === 'yes';
  return (
    <main>
      <h1>{tea.name}</h1>
      <p>{milk ? 'With milk' : 'Without milk'}</p>
    </main>
  );
}
