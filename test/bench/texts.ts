export const TEXT = 'Merhaba {{ firstName | default: "değerli müşterimiz" }}, bahar indirimi başladı!';
