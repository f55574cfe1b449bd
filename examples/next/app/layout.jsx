import './style.css';

export const metadata = { title: 'Tea shop' };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
