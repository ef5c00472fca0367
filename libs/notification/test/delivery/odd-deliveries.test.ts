import { Long, ObjectId } from 'mongodb';
import { expect, it } from 'vitest';

import { createServices, sendOtp } from '../services.ts';

it.each([
  { _id: 'text' },
  { _id: true },
  { attempts: Long.MAX_VALUE },
  { payload: null },
  { payload: 'x' },
  { created_at: 'x' },
  { delivered_to: 5 },
])('a delivery that another program left malformed with %j is in nobody’s way', async (odd) => {
  // Such an attempt cannot be counted.
  const isEnded = odd.attempts === undefined;
  const { notification, deliveries, sms, errors, throwaway } = await createServices();
  try {
    await sendOtp(notification);
    const delivery = await deliveries.findOne();
    const fields = { _id: new ObjectId(), next_attempt_at: new Date(0), ...odd };
    await deliveries.insertOne(
      { ...delivery, ...(fields as object) },
      { bypassDocumentValidation: true },
    );

    await notification.deliverDueMessages();

    expect(sms.sent).toHaveLength(1);
    expect(errors).toEqual([]);
    expect(await deliveries.countDocuments({ status: 'dead' })).toBe(isEnded ? 1 : 0);
  } finally {
    await throwaway.remove();
  }
});
