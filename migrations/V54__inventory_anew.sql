-- The queues of the inventory in Redis have another shape: every event is loaded anew. The service
-- of before must not sell beside the one that brings this.
UPDATE events SET inventory_epoch = inventory_epoch + 1 WHERE inventory_epoch > 0;
