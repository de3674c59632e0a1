-- Who holds which lanes is asked when an engine starts or another one dies, and an account's lane is
-- written twice for every post: that question is cheaper without an index than those writes with it.
DROP INDEX lane_holder;
