const time = document.querySelector('time');

new EventSource('/ticks').addEventListener('message', ({ data }) => {
  time.dateTime = data;
  time.textContent = new Date(data).toLocaleTimeString();
});
