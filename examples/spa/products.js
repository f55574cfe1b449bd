export const products = [
  { id: 7, name: 'Assam', price: 6.5, origin: 'India', text: 'Malty and strong; takes milk.' },
  { id: 11, name: 'Bai Mudan', price: 12, origin: 'China', text: 'White, with a hint of peony.' },
  { id: 42, name: 'Sencha', price: 9.5, origin: 'Japan', text: 'Green and fresh. Water of 70 °C, one minute.' },
];
