// A page as people write it against the original program: it knows three endpoints and these
// names, and nothing that came later.

let selectedSeats = [];
let currentSession = null;

async function loadSessions() {
  const response = await fetch('/sessions');
  const sessions = await response.json();
  const select = document.getElementById('sessions');
  sessions.forEach(session => {
    const option = document.createElement('option');
    option.value = session.id;
    option.textContent =
      session.movie_title + ' - ' + new Date(session.showtime).toLocaleString();
    select.appendChild(option);
  });
  select.onchange = () => loadSeats(select.value);
  if (sessions.length > 0) loadSeats(sessions[0].id);
}

async function loadSeats(sessionId) {
  currentSession = sessionId;
  selectedSeats = [];
  const response = await fetch(`/sessions/${sessionId}/seats`);
  const seats = await response.json();
  const container = document.getElementById('seats');
  container.innerHTML = '';
  seats.forEach(seat => {
    const button = document.createElement('button');
    button.className = 'seat';
    button.style.top = seat.row * 28 + 'px';
    button.style.left = seat.col * 28 + 'px';
    button.textContent = seat.seat_number;
    button.dataset.seatNumber = seat.seat_number;
    button.disabled = seat.isReserved;
    button.onclick = () => {
      button.classList.toggle('selected');
      const number = button.dataset.seatNumber;
      if (selectedSeats.includes(number)) selectedSeats = selectedSeats.filter(n => n !== number);
      else selectedSeats.push(number);
    };
    container.appendChild(button);
  });
}

document.getElementById('reserve').onclick = async () => {
  const message = document.getElementById('message');
  const response = await fetch(`/sessions/${currentSession}/seats/reserve`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ userId: 1, seats: selectedSeats }),
  });
  const result = await response.json();
  if (response.ok) {
    message.textContent = 'Reservation ' + result._id + ' successful';
    loadSeats(currentSession);
  } else {
    message.textContent = 'Error: ' + result.error;
  }
};

loadSessions();
