// Runs one task of the npm client soda-js, unmodified, and prints what it was told as one line of JSON.
// usage: node soda.js MODULES HOST KEY_ID KEY_SECRET TASK DATASET [ARGUMENT]
const path = require('path');

const [modules, host, username, password, task, dataset, argument] = process.argv.slice(2);
const soda = require(path.join(modules, 'soda-js'));
const given = argument === undefined ? undefined : JSON.parse(argument);
const options = { username, password };
const query = () => new soda.Consumer(host, options).query().withDataset(dataset);
const operation = () => new soda.Producer(host, options).operation().withDataset(dataset);

const tasks = {
  rows: () => query().select('no', 'units').where({ no: given }).order('no').limit(5).getRows(),
  compare: () => query().where(soda.expr.and(soda.expr.gt('units', 1), soda.expr.eq('no', given))).getRows(),
  soql: () => query().soql(given).getRows(),
  anonymous: () => new soda.Consumer(host).query().withDataset(dataset).limit(1).getRows(),
  add: () => operation().add(given),
  upsert: () => operation().upsert(given),
  update: () => operation().update(given.id, given.row),
  replace: () => operation().replace(given.id, given.row),
  delete: () => operation().delete(given),
  truncate: () => operation().truncate(),
};

tasks[task]()
  .on('success', (body) => console.log(JSON.stringify({ success: body })))
  .on('error', (body) => console.log(JSON.stringify({ error: body })));
