/** Routes of somebody signed in that are no GET and of whose good example no activity says anything, and why. */
export const unrecordedRoutes: Record<string, string> = {
  'POST /v1/admin/queues/{name}/redrive': 'nothing is dead there; what goes back is written down (test/operations)',
  'POST /v1/sms/preview': 'changes nothing',
  'POST /v1/appointments/check': 'changes nothing',
  'POST /v1/customers/search': 'changes nothing',
  'POST /v1/customers/count': 'changes nothing',
  'POST /v1/segments/preview': 'changes nothing',
  'POST /v1/templates/{id}/preview': 'changes nothing',
  'POST /v1/campaigns/preview': 'changes nothing',
  'POST /v1/campaigns/quote': 'changes nothing',
  'POST /v1/sending-identities/{id}/check': 'asks for a look at the DNS, whose outcome is recorded',
  'POST /v1/auth/send-verification-email': 'a link; what is done with it is recorded',
  'DELETE /v1/auth/sessions': 'has no other session left in the example',
  'POST /v1/instances/{id}/connect': 'is connected already in the example',
  'POST /v1/instances/{id}/health/reset': 'is healthy already in the example',
  'POST /v1/conversations/{id}/read': 'is read already in the example',
  'POST /v1/conversations/{id}/typing': 'is kept nowhere',
};
