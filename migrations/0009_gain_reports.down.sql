DROP TABLE gain_reports;
