import type { ProvidedMail } from './provided-template.ts';

const DEAR = 'Hello {{ firstName | default: "there" }},';
const APPOINTMENT = `{{ appointment.startsAt }}
{{ appointment.title }}{% if consultant.name %}
Your consultant: {{ consultant.name }}{% endif %}{% if appointment.place %}
Address: {{ appointment.place }}{% endif %}`;

export const mailsEn: ProvidedMail[] = [
  {
    key: 'appointment-reminder',
    category: 'appointment-reminder',
    subject: 'A reminder: your appointment on {{ appointment.startsAt }}',
    preheader: 'Your appointment with {{ organization.name }} is coming up',
    source: {
      kind: 'layout',
      layout: 'announcement',
      title: 'Your appointment is coming up',
      text: `${DEAR}\n\nThis is a reminder of your appointment:\n\n${APPOINTMENT}\n\nIf you need another time, please{% if organization.phone %} call {{ organization.phone }} or{% endif %} reply to this email.\n\nSee you soon!`,
    },
  },
  {
    key: 'appointment-confirmation',
    category: 'appointment-confirmation',
    subject: 'Your appointment is booked: {{ appointment.startsAt }}',
    preheader: '{{ organization.name }} looks forward to seeing you',
    source: {
      kind: 'layout',
      layout: 'announcement',
      title: 'Your appointment is booked',
      text: `${DEAR}\n\nHere are the details:\n\n${APPOINTMENT}\n\nWe look forward to welcoming you.`,
    },
  },
  {
    key: 'welcome',
    category: 'welcome',
    subject: 'Welcome{% if firstName %}, {{ firstName }}{% endif %}',
    preheader: 'Thank you for joining {{ organization.name }}',
    source: {
      kind: 'layout',
      layout: 'newsletter',
      title: 'Welcome, it is good to have you',
      text: `${DEAR}\n\nThank you for joining {{ organization.name }}. You will be among the first to hear of what is new, and of offers made for you.\n\n{% if organization.workingHours %}Our working hours: {{ organization.workingHours }}{% else %}If you have a question, just reply to this email.{% endif %}`,
    },
  },
  {
    key: 'offer',
    category: 'offer',
    subject: '{{ firstName | default: "Hello" }}, we have an offer for you',
    preheader: 'For customers of {{ organization.name }}',
    source: {
      kind: 'layout',
      layout: 'offer',
      title: 'We have an offer for you',
      text: `${DEAR}\n\nTo thank you for choosing us we have prepared something special.\n\nReply to this email{% if organization.phone %} or call {{ organization.phone }}{% endif %} and we will gladly tell you all about it.`,
    },
  },
  {
    key: 'birthday',
    category: 'birthday',
    subject: 'Happy birthday{% if firstName %}, {{ firstName }}{% endif %}!',
    preheader: 'With best wishes from {{ organization.name }}',
    source: {
      kind: 'layout',
      layout: 'announcement',
      title: 'Happy birthday',
      text: `${DEAR}\n\nWe wish you health, happiness and a wonderful year ahead.\n\nWith our warmest regards,\n{{ organization.name }}`,
    },
  },
  {
    key: 'follow-up',
    category: 'follow-up',
    subject: '{{ firstName | default: "Hello" }}, we would love to see you again',
    preheader: 'It has been a while',
    source: {
      kind: 'layout',
      layout: 'announcement',
      title: 'We would love to see you again',
      text: `${DEAR}\n\nIt has been a while, and we hope you are well. We would be happy to welcome you to {{ organization.name }} again.\n\nReply with a day and time that suits you and we will arrange it right away.`,
    },
  },
  {
    key: 'feedback',
    category: 'feedback',
    subject: '{{ firstName | default: "Hello" }}, how was it?',
    preheader: 'Your opinion matters to us',
    source: {
      kind: 'layout',
      layout: 'announcement',
      title: 'Your opinion matters to us',
      text: `${DEAR}\n\nThank you for choosing {{ organization.name }}.\n\nHow would you rate your experience from 1 to 5? We would be glad to read your thoughts in a reply; we read every one.`,
    },
  },
];
