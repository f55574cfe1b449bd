export const teas = [
  { id: 'sencha', name: 'Sencha', grams: 100 },
  { id: 'assam', name: 'Assam', grams: 250 },
];
